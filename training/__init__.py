"""Training: snapshots, splits by time, fitting, evaluation, and the only writer to MLflow."""
