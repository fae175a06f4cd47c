"""The bus: one way to call and to publish, over RabbitMQ or inside one process."""
