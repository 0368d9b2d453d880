"""What `autopath simulate` alone needs: its options, the times that they take, and the folder that it fills."""
