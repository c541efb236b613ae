"""WHMCS customer centers, through the API's announcements."""
