"""The house under the load of the synthetic province, at several sizes."""
