"""What floods and bombs cost: time, memory and output of each limit's input, and of one twice as large."""
