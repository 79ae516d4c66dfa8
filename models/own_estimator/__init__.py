"""A classifier from elsewhere in the place of the win model: fitted, explained by shap, and stored."""
