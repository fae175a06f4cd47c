"""The Portuguese of one's account, and of ways back in."""

from __future__ import annotations

from typing import Final

ACCOUNT: Final = {
    "Ask for another link": "Pedir outro link",
    "Back to signing in": "Voltar para a entrada",
    "Change the password": "Alterar a senha",
    "Code of your app": "Código do seu aplicativo",
    "Code of your app, or a recovery code": "Código do seu aplicativo, ou de recuperação",
    "Current password": "Senha atual",
    "Do without a second factor": "Dispensar a verificação em duas etapas",
    "Each lets you in once, when your phone is away. Keep them safe: they are shown this once.":
    "Cada um permite entrar uma vez, sem o telefone. Guarde-os bem: só aparecem agora.",
    "Forgotten password": "Senha esquecida",
    "Forgotten your password?": "Esqueceu a senha?",
    "Get other recovery codes": "Obter outros códigos de recuperação",
    "If somebody signs in with this address, a link to a new password is on its way. It works for "
    "half an hour.": "Se alguém entra com este endereço, um link para uma nova senha está a "
    "caminho. Ele vale por meia hora.",
    "Language": "Idioma",
    "Mail me a link": "Enviar o link",
    "New password": "Nova senha",
    "Put it in force": "Ativar",
    "QR code of the key below": "Código QR da chave abaixo",
    "Scan this with an app such as Aegis or Google Authenticator, or type the key, and enter the "
    "code that it shows.": "Leia isto com um aplicativo como Aegis ou Google Authenticator, ou "
    "digite a chave, e informe o código que ele mostra.",
    "What new amounts are in, such as EUR. Empty: that of the organisation.":
        "Em que vêm os novos valores, como EUR. Em branco: a da organização.",
    "Second factor": "Verificação em duas etapas",
    "Set it up": "Configurar",
    "Set the password": "Definir a senha",
    "Signing in asks for a code of your app too. Recovery codes left: {count}.":
    "A entrada pede também um código do seu aplicativo. Códigos de recuperação restantes: {count}.",
    "Tell us your address, and we mail you a link to a new password.":
    "Informe seu endereço, e enviaremos um link para uma nova senha.",
    "That of the organisation": "O da organização",
    "The password is changed. Your other sessions have ended.":
    "A senha foi alterada. Suas outras sessões foram encerradas.",
    "The password is set. Sign in with it.": "A senha foi definida. Entre com ela.",
    "With a second factor a stolen password alone lets nobody in.":
    "Com a verificação em duas etapas, uma senha roubada não basta para entrar.",
    "Your account": "Sua conta",
    "Your recovery codes": "Seus códigos de recuperação",
}  # fmt: skip
