"""What nobody would think of, sent to every route and every form: a little in each test run, for as long as one likes by `make fuzz`."""
