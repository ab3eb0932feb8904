"""What analysts find in Kibana: data views, saved searches and dashboards, and how they get there."""
