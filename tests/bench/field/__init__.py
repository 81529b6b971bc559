"""The field's figures: 500 results from phones without network, and how fast the phone's page is there."""
