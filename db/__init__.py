"""What the agency remembers: tables, migrations, the only writer, the only reader of many cases, the archive package."""
