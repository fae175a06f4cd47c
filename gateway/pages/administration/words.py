"""The words of administration: long English texts by their key, and the Portuguese of all."""

from __future__ import annotations

from typing import Final

ENGLISH: Final = {
    "about_user": "Who signs in, with which roles and departments.",
    "about_department": "The tree that levels such as “Department and below” follow.",
    "about_group": "People across departments, for sharing roles.",
    "about_role": "What people may see, change and set up.",
    "about_explain": "Pick a person and a record: which role decides, and by which rule.",
    "about_organisation": "Name, currency and rates, time zone, working hours, holidays.",
    "about_tokens": "For programs that act as you.",
    "about_dead_events": "What a part of Rapport could not take from another.",
    "about_audit": "What happened, by whom and when, and proof that nobody tampered with it.",
    "about_pipelines": "Ways to sell: their stages, what these ask for, and allowed moves.",
    "about_statuses": "The way from new to converted, and what each step asks for.",
    "kind_process": "on the way",
    "kind_success": "success",
    "kind_failure": "given up",
    "En": "English",
    "Pt-br": "Portuguese",
    "rule_administrator": "It allows everything",
    "rule_setting": "By its setting",
    "rule_stage": "By its exception for the stage",
    "rule_grant": "By its level for these records",
    "rule_silence": "It says nothing of this",
}

_FRAME: Final = {
    "People and rights": "Pessoas e direitos", "English": "inglês", "Portuguese": "português",
    "Name": "Nome", "API tokens": "Tokens de API", "End": "Encerrar",
    "{viewer}, you are looking at Rapport as {name} does. Nothing can be changed.":
    "{viewer}, você está vendo o Rapport como {name} vê. Nada pode ser alterado.",
    "about_user": "Quem entra, com quais papéis e departamentos.",
    "about_department": "A árvore que níveis como “Departamento e abaixo” seguem.",
    "about_group": "Pessoas de vários departamentos, para compartilhar papéis.",
    "about_role": "O que as pessoas podem ver, alterar e configurar.",
    "about_explain": "Escolha uma pessoa e um registro: qual papel decide, e por qual regra.",
}  # fmt: skip

_USERS: Final = {
    "through {name}": "por {name}", "No role: they see nothing.": "Sem papel: não vê nada.",
    "Why you look": "Por que você quer ver",
    "Why you look (told in their history)": "Por que (fica no histórico da pessoa)",
    "View as {name}": "Ver como {name}", "Why can they see this?": "Por que ela vê isto?",
    "Let them sign in without a second factor?": "Deixar entrar sem a verificação em duas etapas?",
    "Reset second factor": "Remover verificação em duas etapas",
    "End all of their sessions, and let them in no more?": "Encerrar todas as sessões dessa "
    "pessoa e não deixá-la mais entrar?",
    "Deactivate": "Desativar", "Let in again": "Reativar",
    "They sign in with their password alone now.": "Agora essa pessoa entra só com a senha.",
    "Their records are being handed on.": "Os registros estão sendo passados adiante.",
    "Hand their records on": "Passar os registros adiante", "To whom": "Para quem",
    "Only what is still open": "Só o que ainda está aberto", "Hand on": "Passar",
    "Access": "Acesso", "Rights": "Direitos", "What this role allows": "O que este papel permite",
}  # fmt: skip

_LEVELS: Final = {
    "Nothing": "Nada", "No record at all.": "Nenhum registro.", "Own": "Próprios",
    "Records one is responsible for. To see, also those one observes.": "Registros pelos quais a "
    "pessoa é responsável. Para ver, também os que ela observa.",
    "Department": "Departamento", "Own ones, and those of colleagues in the same departments.":
    "Os próprios e os de colegas dos mesmos departamentos.",
    "Department and below": "Departamento e abaixo",
    "Also those of all departments below.": "Também os de todos os departamentos abaixo.",
    "… and open ones": "… e abertos", "Also those that are marked as open to all.":
    "Também os marcados como abertos a todos.", "All": "Todos",
    "Every record of the organisation.": "Todos os registros da organização.",
    "See": "Ver", "Change": "Alterar", "Import": "Importar", "Export": "Exportar",
    "See and change": "Ver e alterar", "See only": "Só ver", "Hidden": "Oculto",
    "People, departments and groups.": "Pessoas, departamentos e grupos.",
    "What others may do, never more than one may oneself.": "O que outros podem fazer, nunca "
    "mais do que a própria pessoa pode.",
    "Fields": "Campos", "Fields of one's own making.": "Campos criados pela organização.",
    "Lists": "Listas", "What can be chosen in selection lists.": "O que se escolhe em listas.",
    "Pipelines": "Funis", "Pipelines, their stages, lead statuses and their rules.": "Funis, suas "
    "etapas, status de leads e suas regras.",
    "Forms": "Formulários", "How forms are laid out.": "Como os formulários são dispostos.",
    "API tokens of others": "Tokens de API de outros",
    "Ending the API tokens of other people.": "Encerrar tokens de API de outras pessoas.",
    "Audit": "Auditoria", "The audit log, its verification, and events that failed.":
    "O registro de auditoria, sua verificação e eventos que falharam.",
    "Integrations": "Integrações", "What other systems are told.": "O que outros sistemas sabem.",
    "Organisation": "Organização", "Its name, currency, time zone, hours and holidays.":
    "Nome, moeda, fuso horário, expediente e feriados.",
    "Automation": "Automação", "May set up what happens by itself.": "Pode configurar o que "
    "acontece sozinho.", "Hide totals": "Ocultar totais",
    "Sees no totals in lists, boards and reports.": "Não vê totais em listas, quadros e "
    "relatórios.", "Reopen": "Reabrir",
    "May take a closed record back into a stage that is not final.": "Pode levar um registro "
    "encerrado de volta a uma etapa que não é final.",
}  # fmt: skip

_ROLES: Final = {
    "A role says what its holders may do. Roles add up: of several, the one that allows more "
    "decides.": "Um papel diz o que quem o tem pode fazer. Papéis se somam: de vários, decide o "
    "que permite mais.",
    "Role": "Papel", "Given to": "Concedido a", "Settings": "Configurações",
    "Sees {records}": "Vê {records}",
    "Nobody yet": "Ninguém ainda", "Begin with what this role allows": "Começar com o que este "
    "papel permite", "Move this role to the recycle bin?": "Mover este papel para a lixeira?",
    "Saved. It is in force already.": "Salvo. Já está em vigor.",
    "Somebody changed this role while you were editing. What you chose is marked below; look at it "
    "and save again.": "Alguém alterou este papel enquanto você o editava. O que você escolheu "
    "está marcado abaixo; confira e salve de novo.",
    "Name and holders": "Nome e quem o tem", "People": "Pessoas",
    "Departments and those below": "Departamentos e os abaixo",
    "This role allows everything. Nothing of that can be taken from it; it can only be given to "
    "people.": "Este papel permite tudo. Nada disso pode ser tirado dele; só pode ser concedido a "
    "pessoas.", "What records they may work with": "Com quais registros podem trabalhar",
    "What the levels mean": "O que significam os níveis", "Records": "Registros",
    "finer rules": "regras mais finas", "Exceptions by stage": "Exceções por etapa",
    "Where a level is chosen here, it holds for records in that stage in place of the one above.":
    "Um nível escolhido aqui vale para registros nessa etapa, no lugar do de cima.",
    "Stage": "Etapa", "Add an exception for a stage": "Acrescentar exceção para uma etapa",
    "Every field can be seen and changed by whoever may change the record, unless something else "
    "is said here.": "Todo campo pode ser visto e alterado por quem pode alterar o registro, a "
    "menos que aqui se diga outra coisa.", "Switches": "Chaves",
    "What of Rapport they may set up. None makes somebody an ordinary user.": "O que do Rapport "
    "podem configurar. Sem nenhuma, a pessoa é um usuário comum.",
    "Changes to save:": "Alterações a salvar:",
    "You do not hold this yourself.": "Você mesmo não tem isto.",
}  # fmt: skip

_EXPLAIN: Final = {
    "Why can somebody see this?": "Por que alguém vê isto?", "Who": "Quem", "Wants to": "Quer",
    "Which record": "Qual registro", "Or records in general": "Ou registros em geral",
    "Explain": "Explicar", "Gives": "Dá", "How": "Como",
    "Reaches them through": "Chega à pessoa por", "decides": "decide",
    "being given directly": "concessão direta",
    "No role reaches this person.": "Nenhum papel chega a esta pessoa.",
    "Pick a person and a record: you are told which role decides, and by which rule.": "Escolha "
    "uma pessoa e um registro: você saberá qual papel decide, e por qual regra.",
    "rule_administrator": "Permite tudo", "rule_setting": "Pela configuração",
    "rule_stage": "Pela exceção da etapa", "rule_grant": "Pelo nível para estes registros",
    "rule_silence": "Não diz nada sobre isto",
}  # fmt: skip

_DEPARTMENTS: Final = {
    "Head": "Chefe", "{count} people": "{count} pessoas",
    "Add one below {name}": "Acrescentar um abaixo de {name}",
    "Rename or move {name}": "Renomear ou mover {name}", "Remove {name}": "Remover {name}",
    "Levels such as “Department and below” follow this tree. A head is told to people; it grants "
    "nothing.": "Níveis como “Departamento e abaixo” seguem esta árvore. O chefe é mostrado às "
    "pessoas; não dá direitos.", "Without departments everybody stands alone.":
    "Sem departamentos cada um fica por si.", "Part of {name}": "Parte de {name}",
}  # fmt: skip

_STAGES: Final = {
    "How you sell": "Como você vende", "Statuses of leads": "Status de leads",
    "about_pipelines": "Formas de vender: suas etapas, o que pedem e os movimentos permitidos.",
    "about_statuses": "O caminho de novo a convertido, e o que cada passo pede.",
    "kind_process": "no caminho", "kind_success": "sucesso", "kind_failure": "desistência",
    "Statuses of {place}": "Status de {place}", "Allowed moves": "Movimentos permitidos",
    "New stage": "Nova etapa", "Needs": "Precisa de",
    "Records go through these from top to bottom. Drag a stage by its handle, or use the arrows. "
    "Losing asks for a reason by itself.": "Os registros passam por elas de cima para baixo. "
    "Arraste uma etapa pela alça ou use as setas. Perder já pede um motivo.",
    "Needs a done activity": "Precisa de uma atividade concluída",
    "Asks for a reason.": "Pede um motivo.", "What it means": "O que significa",
    "How likely it is won from here, in %": "Chance de ganhar a partir daqui, em %",
    "A record enters this stage only with": "Um registro só entra nesta etapa com",
    "And only after a done activity": "E só depois de uma atividade concluída",
    "None needed": "Nenhuma",
    "What stands in this stage moves to the one that takes its place. History keeps the old name.":
    "O que está nesta etapa vai para a que toma o lugar dela. O histórico guarda o nome antigo.",
    "What takes its place": "O que toma o lugar",
    "Nothing: no record stands in it": "Nada: nenhum registro está nela",
    "A pipeline is a way to sell: the stages that a record goes through. New records begin in the "
    "first one.": "Um funil é uma forma de vender: as etapas pelas quais um registro passa. "
    "Registros novos começam no primeiro.",
    "New pipeline": "Novo funil", "It begins with the usual stages; change them afterwards.":
    "Começa com as etapas de costume; altere-as depois.",
    "What stands in it moves to the same stages of the pipeline that takes its place.":
    "O que está nele vai para as mesmas etapas do funil que toma o lugar.",
    "Of several roles of a person, the one that allows more decides. A role of which nothing is "
    "said allows every move.": "De vários papéis de uma pessoa, decide o que permite mais. Um "
    "papel do qual nada se diz permite todo movimento.",
    "From": "De", "May be moved to": "Pode ir para", "Any stage": "Qualquer etapa",
    "Only these": "Só estas", "No stage": "Nenhuma etapa",
}  # fmt: skip

_SYSTEM: Final = {
    "The system": "O sistema",
    "about_organisation": "Nome, moeda e cotações, fuso horário, expediente, feriados.",
    "about_tokens": "Para programas que agem como você.",
    "about_dead_events": "O que uma parte do Rapport não conseguiu receber de outra.",
    "about_audit": "O que aconteceu, por quem e quando, e a prova de que ninguém mexeu nisso.",
    "Language of who has chosen none": "Idioma de quem não escolheu", "Time zone": "Fuso horário",
    "Days in the recycle bin": "Dias na lixeira", "Money": "Dinheiro",
    "Base currency": "Moeda base", "What one unit is worth in the base currency": "Quanto vale "
    "uma unidade na moeda base", "Rate": "Cotação", "Working hours": "Expediente",
    "From – to, several separated by commas; empty for a day off. For example: 09:00–12:00, "
    "13:00–18:00": "De – até, vários separados por vírgulas; vazio para folga. Por exemplo: "
    "09:00–12:00, 13:00–18:00", "Holidays": "Feriados", "Holiday": "Feriado",
    "Monday": "Segunda-feira", "Tuesday": "Terça-feira", "Wednesday": "Quarta-feira",
    "Thursday": "Quinta-feira", "Friday": "Sexta-feira", "Saturday": "Sábado",
    "Sunday": "Domingo",
    "A token lets a program act as you, never beyond your own rights. Whoever has it needs no "
    "password.": "Um token permite que um programa aja como você, nunca além dos seus direitos. "
    "Quem o tem não precisa de senha.",
    "Your new token": "Seu novo token", "Copy it now: it is shown this once and kept nowhere.":
    "Copie agora: ele é mostrado só desta vez e não fica guardado.",
    "Tokens in use": "Tokens em uso", "Made {day}, ends {end}": "Criado em {day}, termina em {end}",
    "used {ago}": "usado {ago}", "End {name}": "Encerrar {name}", "You have none.": "Nenhum.",
    "New token": "Novo token", "What it is for": "Para que serve", "It may": "Ele pode",
    "Read all that I may read": "Ler tudo o que eu posso ler",
    "Do all that I may do": "Fazer tudo o que eu posso fazer",
    "Only what is chosen here:": "Só o que for escolhido aqui:", "read": "ler",
    "everything": "tudo", "It ends after": "Termina depois de", "{days} days": "{days} dias",
    "Make a token": "Criar token",
}  # fmt: skip

_UPKEEP: Final = {
    "Events that failed": "Eventos que falharam", "Try all again": "Tentar todos de novo",
    "What one part of Rapport could not take from another after many attempts. Later events of the "
    "same record wait behind it. Try again once the reason is mended.": "O que uma parte do "
    "Rapport não conseguiu receber de outra depois de muitas tentativas. Eventos posteriores do "
    "mesmo registro esperam atrás dele. Tente de novo quando o motivo estiver corrigido.",
    "Tried again: {count}.": "Tentados de novo: {count}.",
    "{service} does not answer now.": "{service} não responde agora.", "Event": "Evento",
    "Events": "Eventos",
    "Not taken by": "Não recebido por", "Why": "Motivo", "Attempts": "Tentativas",
    "Waiting behind": "Esperando atrás", "Since": "Desde", "Try {name} again":
    "Tentar {name} de novo", "Everything was taken": "Tudo foi recebido",
    "No event was given up.": "Nenhum evento foi abandonado.",
    "Was anything tampered with?": "Alguém mexeu em algo?",
    "Every change is chained to the one before it. Verifying walks these chains and finds each row "
    "that was changed, removed or put elsewhere. A journal that was written anew as a whole is "
    "found out only with crm audit anchor, which your operator keeps elsewhere.": "Cada alteração "
    "é encadeada à anterior. A verificação percorre essas cadeias e encontra cada linha alterada, "
    "removida ou trocada de lugar. Um diário reescrito por inteiro só é descoberto com crm audit "
    "anchor, que o operador guarda em outro lugar.",
    "view_begun": "vista por outra pessoa",
    "view_ended": "não mais vista por outra pessoa",
    "second_factor_enabled": "com verificação em duas etapas",
    "second_factor_disabled": "sem verificação em duas etapas",
    "erased": "dados pessoais eliminados",
    "purged": "eliminado de vez",
    "Verify now": "Verificar agora", "What happened": "O que aconteceu",
    "Group": "Grupo", "Kind of record": "Tipo de registro",
    "Any": "Qualquer um", "Anything": "Qualquer coisa",
    "Changed field": "Campo alterado", "Choose a kind of record first": "Escolha antes um tipo de "
    "registro", "Until": "Até", "Show everything": "Mostrar tudo",
    "Only what happened to {name}": "Só o que aconteceu com {name}",
    "Nothing of this kind has happened.": "Nada disso aconteceu.",
    "Nothing since {moment}": "Nada desde {moment}",
    "What": "O quê", "verifying …": "verificando …", "not finished": "não terminou",
    "whole": "íntegro", "{count} events": "{count} eventos", "tampered with": "adulterado",
    "{count} places": "{count} lugares", "Position": "Posição",
    "positions are missing": "faltam posições", "differs from its anchor": "difere da âncora",
    "the end of the chain is missing or was replaced": "o fim da cadeia falta ou foi trocado",
    "an anchored position is missing": "falta uma posição ancorada",
    "a row without a position": "uma linha sem posição", "the row is missing": "falta a linha",
    "the row or its predecessor was changed": "a linha ou a anterior foi alterada",
    "the order of the record's history was changed": "a ordem do histórico foi alterada",
    "personal values are missing, and no erasure says why": "faltam valores pessoais, e nenhuma "
    "eliminação diz por quê",
    "a personal value was changed": "um valor pessoal foi alterado",
}  # fmt: skip

TEXTS: Final = {
    **_FRAME,
    **_USERS,
    **_LEVELS,
    **_ROLES,
    **_EXPLAIN,
    **_DEPARTMENTS,
    **_STAGES,
    **_SYSTEM,
    **_UPKEEP,
}
