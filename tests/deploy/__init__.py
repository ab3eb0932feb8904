"""What is checked of the deployment by the tools that it is made for."""
