"""What whoever runs the product needs: health, figures, logs, a check of the settings."""
