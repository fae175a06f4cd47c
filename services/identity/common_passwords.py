"""Passwords of ten or more characters that everybody tries first."""

from typing import Final

COMMON: Final = frozenset(
    """
    0123456789 01234567890 012345678910 0987654321 1111111111 11111111111 111111111111
    1111122222 1112223334 1122334455 11223344556 112233445566 1212121212 1231231230 1231231231
    123123123123 1234512345 123456123456 1234567890 12345678900 12345678901 123456789012
    1234567891 12345678910 123456789123 1234567899 123456789a 123456789q 1234567qwe 123qweasdzxc
    1357924680 147258369 1472583690 159357456 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc
    2222222222 3333333333 5555555555 6666666666 7777777777 789456123 7894561230 8888888888
    9876543210 98765432100 9999999999 a123456789 a1b2c3d4e5 aa12345678 aaaaaaaaaa abc1234567
    abc123456789 abcd123456 abcd1234567 abcdefghij abcdefghijk adminadmin administrador
    administrator administrator1 alexander1 asdasdasd1 asdf123456 asdfasdfasdf asdfghjkl1
    asdfghjkl123 azertyuiop barcelona1 baseball123 basketball basketball1 brasil2014
    brasilbrasil butterfly1 california california1 changeme123 changeme1234 charlie123
    chocolate1 christopher computer123 corinthians corinthians1 counterstrike cristiano7
    demodemo123 demopassword dragon12345 estrela123 facebook123 familia123 felicidade flamengo10
    flamengo123 football123 footballer forgetmenot gabriela123 galeraboa1 helloworld helloworld1
    iloveyou12 iloveyou123 iloveyou1234 internacional jessica123 jesuscristo jordan12345
    justinbieber killer12345 letmein123 letmein1234 letmeinplease liverpool1 liverpool123
    manchester manchester1 manchesterunited master12345 michael123 minecraft1 minecraft123
    minhasenha minhasenha1 minhasenha123 monkey12345 mudar12345 mudarsenha mustang123
    newpassword newpassword1 nicole12345 onetwothree p@ssw0rd123 p@ssword123 palmeiras1
    palmeiras123 pass123456 pass1234567 passpasspass passw0rd12 passw0rd123 passw0rd1234
    password00 password01 password0123 password1! password10 password11 password12 password12!
    password123 password123! password1234 password12345 password123456 password2020 password2021
    password2022 password2023 password2024 password2025 password2026 password99 passwordpassword
    pokemon123 primavera1 princesa123 princess12 princess123 q1w2e3r4t5 q1w2e3r4t5y6 qazwsx1234
    qazwsxedc1 qazwsxedcrfv qwe123qwe123 qweasdzxc1 qweasdzxc123 qwer123456 qwerty1234
    qwerty12345 qwerty123456 qwertyqwerty qwertyui12 qwertyuiop qwertyuiop1 qwertyuiop12
    qwertyuiop123 rapport123 rapport1234 rapportrapport santosfc10 saopaulofc secret1234
    secretpassword segredo123 senha12345 senha123456 senha1234567 senha12345678 senhaforte
    senhaforte123 senhasenha starwars123 summer2023 summer2024 summer2025 summer2026 sunshine12
    sunshine123 superman12 superman123 supersenha teste12345 teste123456 testtest12 testtest123
    thepassword trocarsenha trustno1234 vascodagama victoria123 welcome123 welcome1234
    welcome12345 welcome2024 welcome2025 welcome2026 whatever123 winter2024 winter2025
    winter2026 yourpassword zaq12wsxcde3 zxcvbnm123 zxcvbnm1234
    """.split()  # noqa: SIM905 - a list literal would be three times as long
)
