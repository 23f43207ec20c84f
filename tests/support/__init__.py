"""What tests share: servers, specimens, commands and their vocabulary. No test stands here."""
