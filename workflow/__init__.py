"""The law: acts, procedure, periods, fees, risks, figures, with no clock, no database and no web."""
