"""The proofs of access that are made from the route table: every door, tried in every way but the right one."""
