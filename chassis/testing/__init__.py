"""A pytest plugin: a real PostgreSQL and a real RabbitMQ for tests, and what counts statements."""
