"""The names, companies and places that made-up records are put together from."""

from __future__ import annotations

from typing import Final

FIRST_NAMES: Final = {
    "BR": (
        "João", "Maria", "José", "Ana", "Antônio", "Francisca", "Carlos", "Adriana", "Paulo",
        "Juliana", "Pedro", "Márcia", "Lucas", "Fernanda", "Luiz", "Patrícia", "Marcos", "Aline",
        "Gabriel", "Camila", "Rafael", "Letícia", "Bruno", "Vanessa", "Thiago", "Larissa",
        "Felipe", "Beatriz", "Gustavo", "Renata", "Rodrigo", "Tatiane", "Vinícius", "Débora",
    ),
    "US": (
        "James", "Mary", "Robert", "Patricia", "John", "Jennifer", "Michael", "Linda", "David",
        "Elizabeth", "William", "Barbara", "Richard", "Susan", "Joseph", "Jessica", "Thomas",
        "Karen", "Charles", "Sarah", "Daniel", "Lisa", "Matthew", "Nancy", "Anthony", "Sandra",
    ),
    "PT": (
        "Rui", "Inês", "Tiago", "Catarina", "Duarte", "Madalena", "Gonçalo", "Leonor", "Afonso",
        "Matilde", "Nuno", "Sofia", "Diogo", "Mariana", "Vasco", "Teresa", "Miguel", "Carlota",
    ),
}  # fmt: skip
LAST_NAMES: Final = {
    "BR": (
        "da Silva", "dos Santos", "Oliveira", "Souza", "Rodrigues", "Ferreira", "Alves", "Pereira",
        "Lima", "Gomes", "Costa", "Ribeiro", "Martins", "Carvalho", "Almeida", "Lopes", "Soares",
        "Fernandes", "Vieira", "Barbosa", "Rocha", "Dias", "Nascimento", "Andrade", "Moreira",
    ),
    "US": (
        "Smith", "Johnson", "Williams", "Brown", "Jones", "Garcia", "Miller", "Davis", "Wilson",
        "Anderson", "Taylor", "Moore", "Jackson", "Martin", "Lee", "Thompson", "White", "Harris",
        "Clark", "Lewis", "Robinson", "Walker", "Young", "Allen", "King", "Wright", "Scott",
    ),
    "PT": (
        "Marques", "Gonçalves", "Teixeira", "Correia", "Mendes", "Nunes", "Moura", "Cardoso",
        "Fonseca", "Tavares", "Pinto", "Cunha", "Antunes", "Figueiredo", "Lourenço", "Azevedo",
    ),
}  # fmt: skip
CITIES: Final = {
    "BR": (
        ("São Paulo", "SP", "11"), ("Rio de Janeiro", "RJ", "21"), ("Belo Horizonte", "MG", "31"),
        ("Curitiba", "PR", "41"), ("Porto Alegre", "RS", "51"), ("Salvador", "BA", "71"),
        ("Recife", "PE", "81"), ("Fortaleza", "CE", "85"), ("Goiânia", "GO", "62"),
    ),
    "US": (
        ("New York", "NY", "212"), ("Chicago", "IL", "312"), ("Houston", "TX", "713"),
        ("Phoenix", "AZ", "602"), ("Boston", "MA", "617"), ("Seattle", "WA", "206"),
        ("Denver", "CO", "303"), ("Atlanta", "GA", "404"),
    ),
    "PT": (
        ("Lisboa", "Lisboa", "21"), ("Porto", "Porto", "22"), ("Braga", "Braga", "253"),
        ("Coimbra", "Coimbra", "239"), ("Faro", "Faro", "289"), ("Aveiro", "Aveiro", "234"),
    ),
}  # fmt: skip
BUSINESSES: Final = {
    "BR": (
        ("Padaria", "Ltda"), ("Construtora", "S.A."), ("Transportes", "Ltda"), ("Clínica", "ME"),
        ("Mercado", "Ltda"), ("Metalúrgica", "S.A."), ("Escola", "EIRELI"), ("Tecidos", "Ltda"),
    ),
    "US": (
        ("Bakery", "LLC"), ("Builders", "Inc."), ("Logistics", "LLC"), ("Dental", "PC"),
        ("Foods", "Inc."), ("Steel", "Corp."), ("Learning", "LLC"), ("Textiles", "Inc."),
    ),
    "PT": (
        ("Pastelaria", "Lda"), ("Construções", "S.A."), ("Transportes", "Lda"), ("Clínica", "Lda"),
        ("Mercearia", "Unipessoal"), ("Cerâmica", "S.A."), ("Vinhos", "Lda"), ("Têxteis", "S.A."),
    ),
}  # fmt: skip
POSITIONS: Final = {
    "BR": ("Diretor", "Gerente de compras", "Sócia", "Analista", "Coordenadora", "Proprietário"),
    "US": ("Director", "Purchasing manager", "Partner", "Analyst", "Coordinator", "Owner"),
    "PT": ("Diretor", "Responsável de compras", "Sócia", "Técnico", "Gerente", "Proprietária"),
}  # fmt: skip
SUBJECTS: Final = {
    "BR": ("Orçamento", "Demonstração", "Contato pelo site", "Indicação", "Renovação", "Feira"),
    "US": ("Quote", "Demo", "Website enquiry", "Referral", "Renewal", "Trade fair"),
    "PT": ("Orçamento", "Demonstração", "Pedido do site", "Recomendação", "Renovação", "Feira"),
}  # fmt: skip
CURRENCIES: Final = {"BR": "BRL", "US": "USD", "PT": "EUR"}
SOURCES: Final = ("website", "referral", "call", "email", "fair", "advertising", "partner")
REASONS: Final = (
    "No budget",
    "Sem orçamento",
    "Chose a competitor",
    "Wrong number",
    "Sem resposta",
)
