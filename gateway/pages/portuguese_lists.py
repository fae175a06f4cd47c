"""The Portuguese of lists, their views and boards; the English text is the key."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "1 record": "1 registro",
    "A record that is not there, or not yours to see": "Um registro que não existe, ou que você "
    "não pode ver",
    "A view keeps the filter, the order, the groups and the columns as they are now, and whether "
    "it is a list or a board.": "Uma visão guarda o filtro, a ordem, os grupos e as colunas como "
    "estão agora, e se é lista ou quadro.",
    "All": "Todos", "Begin with this": "Começar por esta",
    "Changed: {count}": "Alterados: {count}", "Convert": "Converter",
    "Delete the view": "Excluir a visão", "Do not begin with this": "Não começar por esta",
    "Everyone": "Todos", "Move to the left": "Mover para a esquerda",
    "Move to the right": "Mover para a direita", "New view": "Nova visão", "Only me": "Só para mim",
    "Group by": "Agrupar por", "Grouped by {name}": "Agrupados por {name}",
    "No groups": "Sem grupos", "Quarter": "Trimestre", "Year": "Ano",
    "Rows per page": "Linhas por página",
    "Show only {name}": "Mostrar só {name}",
    "There are more groups than the {count} shown; a filter finds the others.": "Há mais grupos "
    "do que os {count} mostrados; um filtro encontra os outros.",
    "Week of {day}": "Semana de {day}", "Without groups:": "Sem grupos:",
    "Refused, and why": "Recusados, e por quê", "Rename or share": "Renomear ou compartilhar",
    "Reset": "Restaurar", "Roles that I choose": "Papéis que eu escolher",
    "Save as a view": "Salvar como visão", "Save as another view": "Salvar como outra visão",
    "Saved views": "Visões salvas", "Seen by": "Visível para",
    "Shared by {name}": "Compartilhada por {name}",
    "The view was removed.": "A visão foi excluída.",
    "They begin with it, unless they chose another": "Começam por ela, se não escolheram outra",
    "This view cannot be shown any more:": "Esta visão não pode mais ser mostrada:",
    "This was not done.": "Isto não foi feito.",
    "What became of the selection": "O que houve com a seleção",
    "What to do with the view {name}": "O que fazer com a visão {name}",
    "Width of {name}": "Largura de {name}", "and {count} more": "e mais {count}",
    "at most {days} days": "no máximo {days} dias",
    "changed, not saved": "alterada, não salva", "left: {count}": "deixados: {count}",
    "not saved": "não salva", "refused: {count}": "recusados: {count}",
    "{count} records": "{count} registros",
    "Edit the value": "Editar o valor", "Next and previous value": "Valor seguinte e anterior",
    "Too old: {days} of at most {limit} days": "Parado demais: {days} de no máximo {limit} dias",
}  # fmt: skip
