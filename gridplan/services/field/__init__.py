"""What happens on the street: phones, results, findings, leads, call-outs, absences, campaigns."""
