"""The Portuguese of acts and of taking them back: conversions, the bin, undo, who may see what."""

from __future__ import annotations

from typing import Final

_CONVERTING: Final = {
    "Choose a record.": "Escolha um registro.",
    "Convert": "Converter", "Convert the lead": "Converter o lead",
    "Convert anyway": "Converter assim mesmo",
    "Converting": "Convertendo", "Converted": "Convertido", "Create new": "Criar",
    "Link existing": "Vincular", "Skip": "Pular", "Link this one": "Vincular este",
    "May be known already": "Talvez já seja conhecido",
    "Open deals of this customer": "Negócios em aberto deste cliente",
    "There is one that you may not see.": "Existe um que você não pode ver.",
    "There is one that you may not see. Ask {who}.": "Existe um que você não pode ver. Pergunte a "
    "{who}.",
    "Choose what the lead becomes. Everything is made together, or nothing is.": "Escolha em que o "
    "lead se transforma. Tudo é criado junto, ou nada é.",
    "Somebody like this is known already. Link them, or convert anyway.": "Já existe alguém assim. "
    "Vincule, ou converta assim mesmo.",
    "More fields": "Mais campos", "What to do: {name}": "O que fazer: {name}",
    "same phone": "mesmo telefone", "same email": "mesmo e-mail", "same name": "mesmo nome",
    "same tax_id": "mesmo número fiscal",
    "made": "criado", "linked": "vinculado", "Undo the conversion": "Desfazer a conversão",
    "This can be undone until {day}, while nobody has changed what was made.": "Isto pode ser "
    "desfeito até {day}, enquanto ninguém alterar o que foi criado.",
    "This can no longer be undone: its time has passed.": "Isto não pode mais ser desfeito: o "
    "prazo passou.",
    "Changed since:": "Alterado desde então:", "Under way …": "Em andamento …",
    "The conversion was undone. The lead is what it was before.": "A conversão foi desfeita. O "
    "lead voltou a ser o que era.",
    "The conversion was not completed.": "A conversão não foi concluída.",
    "Open the lead": "Abrir o lead",
}  # fmt: skip

_BIN: Final = {
    "Recycle bin": "Lixeira", "Restore": "Restaurar", "Restore selected": "Restaurar selecionados",
    "Restored:": "Restaurado:", "Not restored:": "Não restaurado:",
    "Deleted by": "Excluído por", "Deleted": "Excluído", "Kept until": "Guardado até",
    "The recycle bin is empty": "A lixeira está vazia",
    "What is deleted stays here for {days} days and can be brought back whole.": "O que é excluído "
    "fica aqui por {days} dias e pode ser restaurado por inteiro.",
    "Search in the recycle bin": "Buscar na lixeira", "Restore {name}": "Restaurar {name}",
    "Select everything shown of {kind}": "Selecionar tudo o que é mostrado de {kind}",
    "Nothing deleted is found by this search.": "Nada excluído corresponde a esta busca.",
}  # fmt: skip

_UNDOING: Final = {
    "Undone.": "Desfeito.", "Not everything could be undone:": "Nem tudo pôde ser desfeito:",
    "Moved to {stage}.": "Movido para {stage}.", "Marked as done.": "Marcado como concluído.",
    "Changed.": "Alterado.", "Dismiss": "Dispensar",
    "Undo the last act": "Desfazer a última ação",
}  # fmt: skip

_ACCESS: Final = {
    "Who may see it, and why": "Quem pode ver, e por quê", "Responsible": "Responsável",
    "Nobody is responsible.": "Ninguém é responsável.", "Observers": "Observadores",
    "It is open to all who may see open records.": "Está aberto a todos que podem ver registros "
    "abertos.",
    "You": "Você", "People who may see it": "Pessoas que podem ver",
    "{count} others may not see it.": "{count} outras pessoas não podem ver.",
    "Show more people": "Mostrar mais pessoas",
}  # fmt: skip

_ABSENT: Final = {
    "This is not here": "Isto não está aqui",
    "It may have been deleted, or you may not see it.": "Pode ter sido excluído, ou você não pode "
    "ver.",
    "Look in the recycle bin": "Ver a lixeira",
}  # fmt: skip

TEXTS: Final = {**_CONVERTING, **_BIN, **_UNDOING, **_ACCESS, **_ABSENT}
