"""What people do, one module per part of the product; `community` puts them together."""
