"""Where people come in: JSON, pages, command line. The one orchestrator is `office.Office.place`."""
