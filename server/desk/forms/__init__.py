"""A desk's questions: drafts of forms, their editor, and XLSForm in and out."""
