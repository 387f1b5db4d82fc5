"""Are the rules of who may see and do what held by tests? Each clause is taken away or turned round, one at a
time; some test must fail each time. ``make mutate-permissions`` prints every mutant and its killer.
"""
