"""Features: from a CRM's history to what was known of each opportunity at each moment."""
