"""What files of one run tell of one another, once all were read: whose they are, when, and that they are one."""
