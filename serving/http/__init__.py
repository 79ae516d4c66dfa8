"""Between the socket and the application: host names, the path of a proxy, headers, stopping."""
