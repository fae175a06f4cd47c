"""What a service has to do later: retries, jobs, timers, clean-up."""
