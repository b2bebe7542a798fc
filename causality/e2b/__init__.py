"""Reports of safety databases: ICH E2B(R3) and E2B(R2) messages in, assessments back."""
