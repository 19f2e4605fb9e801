"""The tables of the crossing: what each role is answered, of the API and of the pages. Who and which cases: `tests.api.crossing`."""
