"""What anyone may look at, and 网上申请."""
