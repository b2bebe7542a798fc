"""The quarters of FAERS and AERS as rows with one drug-reaction pair each."""
