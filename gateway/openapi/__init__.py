"""The OpenAPI 3.1 document: made from the route registry and what services say of themselves."""
