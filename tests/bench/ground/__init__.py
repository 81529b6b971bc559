"""What addresses, grids, roads and screening take and reach: one module a measure, each with `measure()`."""
