"""What people read of an account: pages, workbooks, Word, Markdown, charts, schema. Imports words,
analysis and what is left of them.
"""
