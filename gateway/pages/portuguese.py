"""The Portuguese of every text of the pages; the English text is the key."""

from __future__ import annotations

from typing import Final

from gateway.pages import portuguese_acts, portuguese_lists
from gateway.pages.administration import words as administration
from gateway.pages.portuguese_account import ACCOUNT
from gateway.pages.portuguese_home import HOME, HOME_ENGLISH

# English texts that are too long to be keys.
ENGLISH: Final = {
    **HOME_ENGLISH,
    **administration.ENGLISH,
    "about_lead": "Leads are people or companies who may become customers. Work them until you "
    "convert them, or give them up with a reason.",
    "about_deal": "Deals are the business you hope for. Move them through the stages of your "
    "pipeline until they are won or lost.",
    "about_contact": "Contacts are the people you deal with. Converting a lead makes one.",
    "about_company": "Companies are the organisations you deal with.",
    "about_task": "Tasks are what you or a colleague are to do by a date.",
    "about_activity": "Calls, meetings, notes and messages stand here, planned and done.",
}

_FRAME: Final = {
    "API": "API", "Actions": "Ações", "Administration": "Administração", "All read": "Tudo lido",
    "Appearance": "Aparência", "As the system": "Como o sistema", "Board": "Quadro",
    "Board of {place}": "Quadro de {place}", "Cancel": "Cancelar", "Close": "Fechar",
    "Commands": "Comandos", "Create": "Criar", "Dark": "Escuro", "Edit": "Editar",
    "Filter": "Filtrar", "Form": "Formulário", "Go to {place}": "Ir para {place}",
    "Keyboard shortcuts": "Atalhos de teclado", "Light": "Claro", "List": "Lista",
    "Loading …": "Carregando …", "Main menu": "Menu principal", "Menu": "Menu",
    "Next and previous row": "Linha seguinte e anterior", "Notifications": "Notificações",
    "Nothing found for “{q}”.": "Nada encontrado para “{q}”.", "Open the row": "Abrir a linha",
    "Rapport": "Rapport", "Rapport does not answer.": "O Rapport não responde.",
    "Results": "Resultados", "Search": "Buscar",
    "Search and commands": "Busca e comandos", "Search in this list": "Buscar nesta lista",
    "Search on this board": "Buscar neste quadro",
    "Search records or type a command": "Busque registros ou digite um comando",
    "Select the row": "Selecionar a linha", "Edit the record": "Editar o registro",
    "Leads, customers, deals and what is done about them":
        "Leads, clientes, negócios e o que se faz por eles",
    "Skip to content": "Ir para o conteúdo", "This help": "Esta ajuda",
    "Write a note": "Escrever uma nota", "Your menu": "Seu menu", "unread": "não lidas",
    "You are up to date.": "Você está em dia.", "View": "Visão",
    "{who} made you responsible": "{who} tornou você responsável",
    "{who} mentioned you": "{who} mencionou você", "A task is due": "Uma tarefa vence",
    "A reminder of your task": "Lembrete da sua tarefa",
    "E-mail": "E-mail", "Password": "Senha", "Sign in": "Entrar", "Sign out": "Sair",
    "Sign in to Rapport": "Entrar no Rapport", "Request": "Requisição",
    "To the start": "Ir para o início", "Try again": "Tentar de novo",
    "Where you are": "Onde você está",
}  # fmt: skip

_LISTS: Final = {
    "Actions for {name}": "Ações de {name}", "Add a condition": "Acrescentar condição",
    "Add activity": "Acrescentar atividade", "As usual": "Como de costume", "Assign": "Atribuir",
    "At most 500 at a time.": "No máximo 500 por vez.", "Change all": "Alterar todos",
    "Change the selected records": "Alterar os registros selecionados",
    "Choose what the list shows, and in which order.": "Escolha o que a lista mostra, e em que "
    "ordem.", "Clear": "Limpar", "Columns": "Colunas", "Condition": "Condição",
    "Create the first one": "Criar o primeiro", "Delete": "Excluir", "Field": "Campo",
    "Moved to the recycle bin.": "Movido para a lixeira.", "New": "Novo",
    "No filter": "Sem filtro",
    "No record is found by this search and filter.": "Nenhum registro corresponde a esta busca e "
    "a este filtro.", "Nothing here yet": "Nada aqui ainda", "Nothing matches": "Nada corresponde",
    "Open": "Abrir", "Progress": "Progresso",
    "Records that meet all of these conditions are shown.": "São mostrados os registros que "
    "cumprem todas estas condições.", "Remove": "Remover",
    "Select all shown": "Selecionar todos os mostrados", "Select nothing": "Limpar a seleção",
    "Select {name}": "Selecionar {name}", "Several conditions": "Várias condições",
    "Show": "Mostrar", "Show all": "Mostrar todos", "Show more": "Mostrar mais",
    "Show these": "Mostrar estas", "Undo": "Desfazer", "Value": "Valor",
    "What to do with the selection": "O que fazer com a seleção",
    "What you may see will stand here.": "O que você pode ver ficará aqui.",
    "selected": "selecionados", "{name}: earlier": "{name}: antes",
    "{name}: later": "{name}: depois",
    "me": "eu", "my department": "meu departamento", "today": "hoje",
}  # fmt: skip

_RECORDS: Final = {
    "Add": "Acrescentar", "Currency": "Moeda", "Details": "Detalhes", "Done": "Concluído",
    "Edit {name}": "Editar {name}", "History": "Histórico", "Mark as done: {name}":
    "Marcar como concluído: {name}", "Move": "Mover", "Move to": "Mover para",
    "Move to {stage}": "Mover para {stage}", "Move {name}": "Mover {name}", "No": "Não",
    "Notes": "Notas", "Nothing found.": "Nada encontrado.",
    "Nothing has changed yet.": "Nada mudou ainda.",
    "Nothing refers to this record yet.": "Nada se refere a este registro ainda.",
    "Nothing yet. Write a note, log a call or plan a meeting.": "Nada ainda. Escreva uma nota, "
    "registre uma ligação ou planeje uma reunião.", "Open the record": "Abrir o registro",
    "Pipeline": "Funil", "Planned": "Planejado",
    "Please look at the marked fields.": "Veja os campos marcados.", "Primary": "Principal",
    "Reach": "Contato", "Reason": "Motivo", "Record": "Registro", "Related": "Relacionados",
    "Save": "Salvar", "Save and new": "Salvar e criar outro",
    "Separated by commas": "Separados por vírgulas",
    "Somebody": "Alguém", "Subject": "Assunto", "Text": "Texto", "kind": "tipo",
    "Somebody changed this record while you were editing.": "Alguém alterou este registro "
    "enquanto você o editava.",
    "This needs a completed activity first: {kind}.": "Antes é preciso uma atividade concluída: "
    "{kind}.", "This part is not available now.": "Esta parte não está disponível agora.",
    "This record": "Este registro", "This stage asks for something more.": "Esta etapa pede algo "
    "mais.", "Timeline": "Linha do tempo", "Type to find": "Digite para buscar",
    "What to write": "O que escrever",
    "What you enter below is kept when you save again; this is what they wrote:": "O que você "
    "preencher abaixo vale quando salvar de novo; isto foi o que a outra pessoa escreveu:",
    "When": "Quando", "Write something": "Escreva algo", "Yes": "Sim", "changed": "alterado",
    "In this stage since {day}": "Nesta etapa desde {day}", "{days} d": "{days} d",
}  # fmt: skip

# Kinds of record, and codes that fields may have.
_CODES: Final = {
    "Lead": "Lead", "Contact": "Contato", "Company": "Empresa", "Deal": "Negócio",
    "Activity": "Atividade", "Task": "Tarefa", "User": "Usuário",
    "New lead": "Novo lead", "New contact": "Novo contato", "New company": "Nova empresa",
    "New deal": "Novo negócio", "New activity": "Nova atividade", "New task": "Nova tarefa",
    "New user": "Novo usuário", "New department": "Novo departamento", "New group": "Novo grupo",
    "New role": "Novo papel",
    "Call": "Ligação", "Email": "E-mail", "Meeting": "Reunião", "Note": "Nota",
    "Message": "Mensagem", "System": "Sistema",
    "Name": "Nome", "Industry": "Setor",
    "about_lead": "Leads são pessoas ou empresas que podem se tornar clientes. Trabalhe-os até "
    "convertê-los, ou desista deles com um motivo.",
    "about_deal": "Negócios são as vendas que você espera. Mova-os pelas etapas do funil até "
    "ganhá-los ou perdê-los.",
    "about_contact": "Contatos são as pessoas com quem você lida. Converter um lead cria um.",
    "about_company": "Empresas são as organizações com que você lida.",
    "about_task": "Tarefas são o que você ou um colega deve fazer até uma data.",
    "about_activity": "Ligações, reuniões, notas e mensagens ficam aqui, planejadas e feitas.",
}  # fmt: skip

# What the system notes, by the name of its event.
_EVENTS: Final = {
    "created": "criado", "updated": "alterado", "deleted": "excluído", "restored": "restaurado",
    "status_changed": "mudou de status", "stage_changed": "mudou de etapa",
    "converted": "convertido", "finished": "concluída", "conversion_undone": "conversão desfeita",
    "conversion_failed": "conversão não concluída",
}  # fmt: skip

_PLACES: Final = {
    "Country": "País", "Departments": "Departamentos", "Groups": "Grupos", "Roles": "Papéis",
    "Users": "Usuários",
}  # fmt: skip

TEXTS: Final = {
    **_FRAME, **_LISTS, **_RECORDS, **_CODES, **_EVENTS, **_PLACES, **portuguese_lists.TEXTS,
    **portuguese_acts.TEXTS, **HOME, **administration.TEXTS, **ACCOUNT,
}  # fmt: skip
