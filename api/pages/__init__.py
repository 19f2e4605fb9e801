"""The pages: what counsellors, detectors, supervisors, analysts and auditors see in a browser.

Rendered here, without a script, from the same use cases, read models and views as the JSON API.
"""
