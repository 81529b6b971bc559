"""gridplan"""
