"""The Portuguese of home, of one's tasks and of the calendar; the English text is the key."""

from __future__ import annotations

from typing import Final

# English texts that are too long to be keys.
HOME_ENGLISH: Final = {
    "Home page": "Home",
    "Finished": "Done",
    "no_tasks_due": "Nothing is due today. A task gets here by its deadline: add one under My "
    "tasks, or on the page of a lead, contact, company or deal.",
    "nothing_planned": "No call or meeting is planned up to today. Plan one on the page of a "
    "record, or on a day of the calendar.",
    "no_new_leads": "Every open lead of yours has been worked on. New ones come here as soon as "
    "you are responsible for them.",
    "no_stalled_deals": "No open deal of yours has stood in its stage for more than two weeks.",
    "no_open_deals": "There is no open deal yet. Each one counts here in its stage.",
    "nothing_won": "Nothing was won in the last twelve months. Deals count here in the month in "
    "which they are won.",
    "no_leads_yet": "No lead came in the last 90 days. Give leads a source to see here what pays "
    "off.",
    "nothing_done": "No call, meeting, e-mail or note in the last 30 days. Write one down on the "
    "page of a record.",
    "no_open_tasks": "You have nothing to do. Add a task above, or on the page of a record.",
    "no_overdue_tasks": "Nothing is overdue.",
    "no_tasks_today": "Nothing is due today.",
    "no_later_tasks": "Nothing is planned for later. Give a task a day to find it here.",
    "no_done_tasks": "What you tick off comes here, and can be opened again.",
}

HOME: Final = {
    "no_tasks_due": "Nada vence hoje. Uma tarefa chega aqui pelo prazo: acrescente uma em Minhas "
    "tarefas, ou na página de um lead, contato, empresa ou negócio.",
    "nothing_planned": "Nenhuma ligação ou reunião está planejada até hoje. Planeje uma na página "
    "de um registro, ou em um dia do calendário.",
    "no_new_leads": "Todos os seus leads abertos já foram trabalhados. Os novos chegam aqui assim "
    "que você se torna responsável por eles.",
    "no_stalled_deals": "Nenhum negócio aberto seu está na mesma etapa há mais de duas semanas.",
    "no_open_deals": "Ainda não há negócio aberto. Cada um conta aqui na sua etapa.",
    "nothing_won": "Nada foi ganho nos últimos doze meses. Os negócios contam aqui no mês em que "
    "são ganhos.",
    "no_leads_yet": "Nenhum lead chegou nos últimos 90 dias. Dê uma origem aos leads para ver aqui "
    "o que compensa.",
    "nothing_done": "Nenhuma ligação, reunião, e-mail ou nota nos últimos 30 dias. Registre uma na "
    "página de um registro.",
    "no_open_tasks": "Você não tem nada a fazer. Acrescente uma tarefa acima, ou na página de um "
    "registro.",
    "no_overdue_tasks": "Nada está atrasado.",
    "no_tasks_today": "Nada vence hoje.",
    "no_later_tasks": "Nada está planejado para depois. Dê um dia a uma tarefa para encontrá-la "
    "aqui.",
    "no_done_tasks": "O que você conclui vem para cá, e pode ser reaberto.",
    "Home page": "Início", "My tasks": "Minhas tarefas", "Calendar": "Calendário",
    "Good morning, {name}": "Bom dia, {name}", "Good afternoon, {name}": "Boa tarde, {name}",
    "Good evening, {name}": "Boa noite, {name}", "My day": "Meu dia", "Figures": "Números",
    "My tasks until today": "Minhas tarefas até hoje",
    "Planned until today": "Planejado até hoje",
    "New leads that nobody has worked on": "Leads novos que ninguém trabalhou",
    "Stalled deals": "Negócios parados", "Overdue": "Em atraso", "Today": "Hoje",
    "Your roles hide what this needs.": "Seus papéis ocultam o que isto precisa.",
    "Open again: {name}": "Reabrir: {name}", "Undo: {name}": "Desfazer: {name}",
    "Plan or note something: {name}": "Planejar ou anotar algo: {name}",
    "Pipeline by stage": "Funil por etapa",
    "Open deals and what they are worth": "Negócios abertos e quanto valem",
    "Won by month": "Ganhos por mês", "The last twelve months": "Os últimos doze meses",
    "Leads by source": "Leads por origem", "The last 90 days": "Os últimos 90 dias",
    "What was done": "O que foi feito", "The last 30 days": "Os últimos 30 dias",
    "the largest groups": "os maiores grupos", "Not given": "Não informado",
    "{count} without a rate are counted, not added up": "{count} sem cotação são contados, não "
    "somados", "Show figures": "Mostrar números", "Count": "Quantidade", "Month": "Mês",
    "Week": "Semana", "Add to the plan": "Acrescentar ao plano", "Kind": "Tipo",
    "What is to be done": "O que deve ser feito", "Day": "Dia", "Time": "Hora",
    "Added: {name}": "Acrescentado: {name}", "It is planned.": "Está planejado.",
    "Which tasks": "Quais tarefas", "To do": "A fazer", "Finished": "Concluídas",
    "Planned for later": "Para depois",
    "Show as a list": "Mostrar como lista", "Earlier": "Antes", "Later": "Depois",
    "{count} planned": "{count} no plano", "{count} more": "mais {count}",
    "Arrow keys move from day to day, Enter opens a day, Page Up and Page Down turn the page.":
    "As setas vão de dia em dia, Enter abre um dia, Page Up e Page Down viram a página.",
    "There is more than a calendar can show; open the lists.": "Há mais do que um calendário pode "
    "mostrar; abra as listas.",
    "Nothing is planned for this day. Add a task, a call or a meeting above.": "Nada está "
    "planejado para este dia. Acrescente acima uma tarefa, uma ligação ou uma reunião.",
}  # fmt: skip
