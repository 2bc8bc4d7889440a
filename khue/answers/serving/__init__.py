"""The desk that answers the public: bare WSGI, no framework, no database."""
