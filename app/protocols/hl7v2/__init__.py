"""HL7 v2: laboratory results as ORU^R01, over HTTP and over MLLP."""
