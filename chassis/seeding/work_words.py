"""What made-up people do, write and are to do: the texts of their activities and tasks."""

from __future__ import annotations

from typing import Final

SUBJECTS: Final = {
    "BR": {
        "call": (
            "Retorno sobre o orçamento", "Apresentar a proposta", "Confirmar quem decide",
            "Tirar dúvidas do contrato", "Primeiro contato", "Negociar o prazo de pagamento",
        ),
        "meeting": (
            "Demonstração do produto", "Visita ao cliente", "Reunião de alinhamento",
            "Revisão da proposta", "Levantamento de necessidades", "Reunião de fechamento",
        ),
        "email": (
            "Proposta comercial", "Documentos para o cadastro", "Resumo da nossa conversa",
            "Tabela de preços atualizada", "Minuta do contrato",
        ),
    },
    "US": {
        "call": (
            "Follow up on the quote", "Walk through the proposal", "Find out who decides",
            "Questions about the contract", "First call", "Agree on payment terms",
        ),
        "meeting": (
            "Product demo", "Visit on site", "Kick-off meeting", "Proposal review",
            "Discovery meeting", "Closing meeting",
        ),
        "email": (
            "Our proposal", "Papers for the account", "Summary of our call",
            "Updated price list", "Draft of the contract",
        ),
    },
    "PT": {
        "call": (
            "Seguimento do orçamento", "Apresentar a proposta", "Confirmar quem decide",
            "Esclarecer o contrato", "Primeiro contacto", "Acordar condições de pagamento",
        ),
        "meeting": (
            "Demonstração do produto", "Visita às instalações", "Reunião de arranque",
            "Revisão da proposta", "Levantamento de necessidades", "Reunião de fecho",
        ),
        "email": (
            "Proposta comercial", "Documentos para abertura de conta", "Resumo da reunião",
            "Tabela de preços atualizada", "Minuta do contrato",
        ),
    },
}  # fmt: skip
OUTCOMES: Final = {
    "BR": (
        "Gostaram da proposta e pediram um desconto para fechar ainda este mês.",
        "Vão conversar internamente e retornam na semana que vem.",
        "Pediram referências de clientes do mesmo setor.",
        "Não atendeu; deixei recado com a secretária.",
        "Decisão depende da diretoria, que se reúne no dia 15.",
    ),
    "US": (
        "They like the proposal and asked for a discount to sign this month.",
        "They will discuss it internally and get back to us next week.",
        "Asked for references from the same industry.",
        "No answer; left a message with the front desk.",
        "The board decides, and it meets on the 15th.",
    ),
    "PT": (
        "Gostaram da proposta e pediram um desconto para fechar este mês.",
        "Vão falar internamente e respondem na próxima semana.",
        "Pediram referências de clientes do mesmo setor.",
        "Não atendeu; deixei mensagem na receção.",
        "A decisão é da administração, que reúne no dia 15.",
    ),
}  # fmt: skip
NOTES: Final = {
    "BR": (
        "Prefere contato por WhatsApp, depois das 14h.",
        "Hoje compram de um concorrente; o contrato vence em três meses.",
        "Conheceu a empresa pela feira e quer ver o produto funcionando.",
        "Orçamento do ano já aprovado, até o valor da nossa proposta.",
    ),
    "US": (
        "Prefers to be reached by text, after 2 pm.",
        "They buy from a competitor today; that contract ends in three months.",
        "Met us at the fair and wants to see the product at work.",
        "This year's budget is approved, up to what we proposed.",
    ),
    "PT": (
        "Prefere ser contactado por mensagem, depois das 14h.",
        "Compram hoje a um concorrente; o contrato termina dentro de três meses.",
        "Conheceu-nos na feira e quer ver o produto a funcionar.",
        "Orçamento do ano já aprovado, até ao valor da nossa proposta.",
    ),
}  # fmt: skip
MESSAGES: Final = {
    "BR": {
        "incoming": (
            "Bom dia! Conseguem entregar até o fim do mês?",
            "Recebi a proposta, obrigado. Vou analisar e retorno.",
            "Podemos remarcar para quinta-feira?",
        ),
        "outgoing": (
            "Olá! Segue a proposta conforme conversamos. Fico à disposição.",
            "Bom dia! Conseguiu analisar o material que enviei?",
            "Confirmado para quinta-feira. Até lá!",
        ),
    },
    "US": {
        "incoming": (
            "Good morning! Can you deliver by the end of the month?",
            "Got the proposal, thank you. I will go through it and get back to you.",
            "Could we move this to Thursday?",
        ),
        "outgoing": (
            "Hello! Here is the proposal, as discussed. Ask me anything.",
            "Good morning! Did you have a chance to look at what I sent?",
            "Thursday it is. See you then!",
        ),
    },
    "PT": {
        "incoming": (
            "Bom dia! Conseguem entregar até ao fim do mês?",
            "Recebi a proposta, obrigada. Vou analisar e respondo.",
            "Podemos passar para quinta-feira?",
        ),
        "outgoing": (
            "Olá! Segue a proposta, conforme falámos. Estou ao dispor.",
            "Bom dia! Teve oportunidade de ver o que enviei?",
            "Fica então para quinta-feira. Até lá!",
        ),
    },
}  # fmt: skip
# Titles of tasks, each with the items of its checklist.
TASKS: Final = {
    "BR": (
        ("Enviar a proposta revisada", ("Conferir os preços", "Pedir aprovação", "Enviar")),
        ("Preparar a demonstração", ("Montar o roteiro", "Reservar a sala", "Testar o acesso")),
        ("Cobrar o contrato assinado", ()),
        ("Atualizar o cadastro", ("Telefones", "Endereço de cobrança", "Quem decide")),
        ("Pesquisar a concorrência", ()),
        ("Montar o plano de implantação", ("Prazos", "Responsáveis", "Treinamento")),
        ("Emitir o pedido", ()),
        ("Agradecer a indicação", ()),
    ),
    "US": (
        ("Send the revised proposal", ("Check the prices", "Get approval", "Send it")),
        ("Prepare the demo", ("Write the script", "Book the room", "Test the access")),
        ("Ask for the signed contract", ()),
        ("Bring the record up to date", ("Phones", "Billing address", "Who decides")),
        ("Look into the competition", ()),
        ("Plan the rollout", ("Dates", "People", "Training")),
        ("Place the order", ()),
        ("Say thanks for the referral", ()),
    ),
    "PT": (
        ("Enviar a proposta revista", ("Verificar os preços", "Pedir aprovação", "Enviar")),
        ("Preparar a demonstração", ("Escrever o guião", "Reservar a sala", "Testar o acesso")),
        ("Pedir o contrato assinado", ()),
        ("Atualizar a ficha", ("Telefones", "Morada de faturação", "Quem decide")),
        ("Estudar a concorrência", ()),
        ("Planear a implementação", ("Datas", "Pessoas", "Formação")),
        ("Emitir a encomenda", ()),
        ("Agradecer a recomendação", ()),
    ),
}  # fmt: skip
# What nobody needs a record for.
OWN_TASKS: Final = {
    "BR": ("Fechar o relatório da semana", "Planejar as visitas do mês", "Lançar as despesas"),
    "US": ("Finish the weekly report", "Plan this month's visits", "Hand in the expenses"),
    "PT": ("Fechar o relatório da semana", "Planear as visitas do mês", "Lançar as despesas"),
}  # fmt: skip
