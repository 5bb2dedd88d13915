"""Records of approvals: print, check, export, statistics."""
