"""Kênh gửi: one file for each way out of the house."""
