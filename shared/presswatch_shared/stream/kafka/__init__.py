"""The stream on Kafka.

address        the setting that names the cluster: servers, TLS, login
settings       what an installation may choose; topic_rules is what its topics are made of
member         a static member id for each replica
kafka_log      the host: publish, consumers, lag, reading; with sender, reader and admin as its parts
consumer       a member of a group by aiokafka; faust_consumer is the same by Faust
connection     options of the clients, and what their errors mean
driver_logs    lines of the clients, few and as facts
"""
