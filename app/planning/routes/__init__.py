"""The planner's pages. All of them are read by aggregates alone; one button makes a release."""
