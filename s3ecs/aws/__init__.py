"""The way to AWS: who we are, the clients, what their errors mean. Nothing else imports boto3 or botocore."""
