"""The pages of transcripts."""
