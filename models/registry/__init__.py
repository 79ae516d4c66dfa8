"""The registry as a server reaches it, without MLflow."""
