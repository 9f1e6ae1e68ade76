"""`kubectl pdfexport`, for operators: what a release does, why a job stands where it stands, and a report for support.

It asks the cluster by kubectl itself, so it needs what kubectl needs and no package beside it. kubectl.py runs it,
release.py makes values of the objects, answers.py makes the texts of the values, support.py the report without personal
data, command.py is the command line. None of them is imported by the client.
"""
