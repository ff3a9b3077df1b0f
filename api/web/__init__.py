"""The little that the web doors share: who is let in, what an error looks like, how a request is read and answered."""
