/** Places, weather, travel, food, health, leisure, the home, social media. Written as the tasks are. */
export const dailyLifeWords = `
geocode address : where_on_the_map
places search nearby : anywhere_near somewhere_near around_here what_is_around
place details : is~open_now open_today
directions route : how_do_we_get fastest_way best_way_to quickest_way shortest_way
distance : how_many_kilometres
traffic incidents : jams stuck_on_the_road roads_are_busy
map render static : show_me_on_a_map
timezone location : what_time_is_it_there
elevation : how_far_up
weather forecast daily : do_i_need_a_coat should_i_take wash_the_car hang_out_the_washing barbecue be_nice_this_weekend wear_tomorrow
weather forecast hourly : when_will_it_stop
weather current : what_is_it_like_out
weather historical archive : was_it_warm
weather alerts : should_we_worry_about
air quality : can_i_breathe breathe_outside safe_to_run_outside asthma dirty_air
pollen forecast : hay_fever
marine waves tide : surf surfing go_swimming high_water sea_calm
sunrise sunset astronomy : get_dark gets_dark get_light moon golden_hour
earthquake search : ground_shook ground_moved
wildfire fire : forest_burning
satellite pass position : fly_over flies_over
apod space picture : sky_today
asteroid near earth : hit_us rocks_from_space
flight search : fly_from cheapest_way_to_fly get_on_a_plane
flight status track : landed has~landed plane_late delayed
flight book order : seat_on_the_plane
airport search : where_can_i_fly_from
flight price calendar : cheapest_day
train connection departure search : next_train when_does_the_train go_by_rail
train ticket price availability : seats_left seats_on_the_train
bus stop arrival transit : next_bus
hotel search : place_to_sleep bed_for_the_night spend_the_night
hotel details rooms rates : breakfast_included
hotel reservation book : take_the_room
restaurant search : hungry where_can_we_eat eat_out vegetarian
restaurant reservation table book : table_for_two table_for_four
car rental search : hire_a_car need_a_car
ride taxi estimate : cab
trip itinerary plan create : what_shall_we_see plan_our_holiday sightseeing
attraction activities search : things_to_do what_to_see
visa requirements country : do_i_need_a_visa
country info : capital_of
event concert ticket search : go_out_tonight who_is_playing
parking search : leave_the_car
charging station search : charge_my_car plug_in_my_car
fuel price station : cheap_petrol fill_up_the_car
bike station availability : borrow_a_bike
recipe search : what_can_i_cook what_shall_i_cook left_in_the_fridge in_my_fridge
recipe details instructions : how_do_i_make how_is~cooked
recipe random : surprise_me
meal plan generate : what_to_eat_this_week
grocery cart add product : we_are_out_of_milk
nutrition calories food : how_fattening how_healthy is_it_healthy calories_in_an how_much_sugar
food log meal : i_had~for_lunch i_ate
drug medication interaction label : may_i_take side_effects take~together with_my_pills pills medicine tablets
disease symptom condition : what_do_i_have ill_with
clinical trial search : try_a_new_treatment patients_wanted being_tested_on new_treatment
patient search record : sick_person
patient observations lab results : blood_values blood_test
appointment book doctor : see_a_doctor
health sleep summary : how_did_i_sleep did_i_sleep
health steps activity daily : did_i_move how_far_did_i_walk
heart rate data : my_heart
weight body measurement log : i_weigh kilos
workout routine exercise create : train_my build_muscle
workout list history : what_did_i_train
training load readiness recovery : should_i_rest too_tired
movie search : film_with film_about what_was_that_film
movie recommendations similar : something_to_watch what_shall_we_watch
movie credits cast : who_was_in who_plays who_directed
tv show episode season : next_part
watch providers streaming : where_can_i_watch
trending movie tv : everyone_watches
book search : novel_about something_to_read
book author works : what_else_did~write
library reading list add : have_read want_to_read
podcast episode search : listen_to_a_talk
song lyrics : words_to_the
music search artist album : who_sings
playlist create : mix_for_the_party songs_for
playlist tracks : what_is_on_my
concert setlist : what_did_they_play
game search details : something_to_play
player stats match history : how_well_did_i_play
chess game move analyze : best_move did_i_blunder
joke random : make_me_laugh cheer_me_up
quote random : wise_words
trivia question : test_my_knowledge
horoscope sign : stars_say
sports scores match fixtures : who_won did~win when_do~play kick-off
team standings league : who_is_first top_of_the_table
player statistics sports : how_many_goals
light turn on off : dark_in_here it_is_dark too_bright
light brightness color set : dim make~cosy
climate temperature set : i'm_cold too_cold_in too_warm_in freezing_in warm_up_the cool_down_the
cover blind open close : let_the_sun_in shutters curtains
lock door : shut_the_door
switch device toggle : coffee_machine
sensor state get : is_anybody_home is~open_at_home
camera snapshot stream : who_is_at_the_door what_is_happening_at
vacuum start : clean_the_floor
scene activate : movie_night going_to_bed
automation create trigger : when_i_come_home when_i_leave
automation list : what_happens_by_itself
device list entities : what_is_connected
state history entity : when_was~last_opened since_when_is
energy consumption : power_do_we_use electricity
post create publish : put~on_my_profile tell_my_followers tell_the_world share_with_my
post schedule : publish~tomorrow
post search : what_are_people_saying people_saying
post like react : thumbs_up_for
post repost share : pass_on_this_post
post replies comments get : what_did_people_answer reactions_to
post delete : regret_posting
post analytics insights : how_did_my_post how_well_did_my
timeline feed get : what_are_my_friends people_i_follow
followers list : who_follows_me who_reads_me
user follow : want_to_see_more_of
user block mute : never_see_again
user profile get : who_is_that
direct message send : write_to_them_privately
thread post create : story_in_several
story reel media publish : show_my_day
subreddit posts hot top : what_is_the_community
trends location : everyone_is_talking
community group members : who_is_in_the_club
profile update : new_picture_of_me
playback volume set : turn~music_up turn~music_down turn~up_the_sound
playback next skip : the_one_after next_song
playback play search : play_something put_on_some music_by
playlist create : mix_tape make_a_mix mix_for
track song music : songs tunes singing
artist : singer singers bands musician
movie film : movies films flick flicks cinema
cast credits person : actor actress actors director
book novel : novels novel bestseller
playback player : play playing paused
flight : flying planes airplane fly flights
stops connection : layover stopover
train railway : trains railway rail railways
restaurant food : restaurants dining eatery
fuel gas station : petrol diesel
weather forecast : drizzle shower showers thunder thunderstorm chilly frost sunscreen cloudy
uv index : sunburn sunscreen
light : lamp lamps bulb bulbs lights
climate thermostat temperature heating : heater radiator heaters radiators
cover : blinds blind curtain shutter garage
area room : bedroom kitchen hallway bathroom
nutrition food : calories protein vitamins carbs diet
heart rate : heartbeat pulse
recipe meal : recipes cooking dish dishes
followers : fans admirers
drug medication : drugs medications painkiller aspirin
quiz question : quizzes trivia
`
