"""What the agency says (文书): the case file in, PDF out."""
